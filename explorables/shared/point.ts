/** A point or an arrow from the origin, in the plane's own coordinates. */
export type Point = [x: number, y: number];
