/**
 * The HTTP API, typed by the schema that the server publishes. It must not know React.
 */
import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

/** Where the pages are served, with the path prefix if there is one; ends with a slash. */
export const BASE = new URL(document.baseURI).pathname;

/** `GET`, `POST` … on the paths of the schema. Prefer the functions beside this file. */
export const api = createClient<paths>({
  baseUrl: BASE.replace(/\/$/, ""),
  // Looked up at each call, so that a test may put its own in place.
  fetch: (request) => globalThis.fetch(request),
});

/** A request that was refused or could not be answered, in the server's words. */
export class ApiProblem extends Error {
  readonly code: string;
  readonly title: string;
  readonly status: number;
  /** What else the server told: the nearest names, the place of a mistake. */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(status: number, body: Record<string, unknown>) {
    const title = typeof body.title === "string" ? body.title : `The server answered ${status}`;
    super(typeof body.detail === "string" ? body.detail : title);
    this.name = "ApiProblem";
    this.code = typeof body.code === "string" ? body.code : "unknown";
    this.title = title;
    this.status = status;
    this.extra = body;
  }
}

/** Nobody answered: the host is gone, or the network is. */
export class Unreachable extends Error {
  constructor() {
    super("The host does not answer. This page goes on by itself when it does.");
    this.name = "Unreachable";
  }
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/**
 * What a call of `api` answers.
 *
 * @throws {ApiProblem} the server refused it; {Unreachable} nobody answered.
 */
export async function answered<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Unreachable();
  }
  if (answer.response.ok) return answer.data as T;
  const body = answer.error;
  const known = body !== null && typeof body === "object" ? (body as Record<string, unknown>) : {};
  throw new ApiProblem(answer.response.status, known);
}
