import { describe, expect, it } from "vitest";
import { counted, failureOf, placeOf } from "./failure";

const frame = (file: string, line: number, is_user = true) => ({
  file,
  line,
  function: "f",
  text: "f()",
  is_user,
});

describe("failures", () => {
  it("tell the innermost of the user's frames first", () => {
    const failure = failureOf({
      code: "user_code.raised",
      message: "no",
      error_type: "ValueError",
      frames: [frame("shop.py", 3), frame("shop.py", 9), frame("pandas/core.py", 99, false)],
      exit: { code: null, signal: "SIGKILL" },
      cause: { code: "user_code.raised", message: "deeper", frames: [] },
    });
    expect(failure && placeOf(failure)).toBe("shop.py:9, in f");
    expect(failure?.exit).toBe("killed by SIGKILL");
    expect(failure?.cause?.message).toBe("deeper");
  });

  it("are read whatever they hold", () => {
    expect(failureOf(undefined)).toBeNull();
    expect(failureOf({ frames: ["x"], stderr: 3 })).toMatchObject({ frames: [], stderr: [] });
    const circle: Record<string, unknown> = { code: "x" };
    circle.cause = circle;
    expect(failureOf(circle)).not.toBeNull();
  });

  it("count a recursion instead of repeating it", () => {
    const failure = failureOf({ frames: [frame("a.py", 1), ...Array(50).fill(frame("a.py", 2))] });
    expect(counted(failure?.frames ?? []).map(({ times }) => times)).toEqual([50, 1]);
  });
});
