/** Rectangles let fall onto a ground of columns, as in a wall: none meets another. */
export class Skyline {
  private readonly heights: number[] = [];

  /** Let one fall over the columns `first` to `last`; how high it comes to lie. */
  drop(first: number, last: number, height: number): number {
    let top = 0;
    for (let column = first; column <= last; column++) {
      top = Math.max(top, this.heights[column] ?? 0);
    }
    for (let column = first; column <= last; column++) this.heights[column] = top + height;
    return top;
  }
}
