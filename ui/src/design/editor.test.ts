import { describe, expect, it } from "vitest";
import { editorAddress } from "./editor";

describe("addresses of an editor", () => {
  it("name file and line", () => {
    expect(editorAddress("vscode://file/{file}:{line}", "/a b/c.py", 7)).toBe(
      "vscode://file//a%20b/c.py:7",
    );
    expect(editorAddress("pycharm://open?file={file}&line={line}", "/a?#.py")).toBe(
      "pycharm://open?file=/a%3F%23.py&line=1",
    );
  });

  it.each(["", "nowhere", "javascript:alert('{file}')", "DATA:text/html,{file}"])(
    "are none for the template %j",
    (template) => {
      expect(editorAddress(template, "/a.py", 1)).toBeNull();
    },
  );
});
