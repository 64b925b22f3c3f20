/** File name → SVG, of docs/pictures. */
export function packetPictures(): Record<string, string>;
