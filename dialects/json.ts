/** What a tool printed as JSON, looked at without trust: a field that is not there, or is another type, is `undefined`. */

import { quote } from "../model/addresses.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/** What a tool printed as JSON; nothing printed is `undefined`. Throws with the beginning of what is none. */
export function parseJson(text: string): unknown {
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new Error(`a tool of the router printed something that is not JSON: ${quote(text.trim())}`, { cause });
  }
}

/** The objects of a JSON array; an empty text is an empty array (`ip -json` prints nothing when there is nothing). */
export function parseJsonObjects(text: string): JsonObject[] {
  return objectsOf(parseJson(text));
}

/** The objects among an array's elements; `ip -json` leaves empty ones where a filter took something out. */
export function objectsOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The object, or an empty one. */
export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** The text of a field. */
export function textOf(object: JsonObject, key: string): string | undefined {
  const value = object[key];
  return typeof value === "string" ? value : undefined;
}

/** The number of a field. */
export function numberOf(object: JsonObject, key: string): number | undefined {
  const value = object[key];
  return typeof value === "number" ? value : undefined;
}

/** The texts among a field's elements. */
export function textsOf(object: JsonObject, key: string): string[] {
  const value = object[key];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
