/** Schedules and sensors as they are declared. */
import { queryOptions } from "@tanstack/react-query";
import { answered, api, type Schemas } from "./client";

export type Schedule = Schemas["Schedule"];
export type Sensor = Schemas["Sensor"];

export const schedulesQuery = () =>
  queryOptions({
    queryKey: ["catalog", "schedules"],
    queryFn: async ({ signal }) => (await answered(api.GET("/api/v1/schedules", { signal }))).items,
  });

export const sensorsQuery = () =>
  queryOptions({
    queryKey: ["catalog", "sensors"],
    queryFn: async ({ signal }) => (await answered(api.GET("/api/v1/sensors", { signal }))).items,
  });
