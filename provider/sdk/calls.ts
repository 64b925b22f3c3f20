/** What all calls share: finding the definition, reading values, and turning what is thrown into diagnostics. */
import type * as grpc from "@grpc/grpc-js";
import type { Attributes } from "../schema/attributes.ts";
import { Diagnostics, ProviderError } from "./diagnostics.ts";
import { log } from "./log.ts";
import type { Values } from "./plan-rules.ts";
import { decodeValue, type DynamicValue } from "./values.ts";
import { typeOf } from "./wire-schema.ts";

/** A handler as gRPC wants it. */
export type UnaryHandler<Q, R> = (call: { readonly request: Q }, answer: grpc.sendUnaryData<R>) => void;

/** Wraps a call: what is thrown becomes a diagnostic beside whatever was answered. No exception leaves as a gRPC error. */
export function unary<Q, R>(
  response: { fromPartial(partial: object): R },
  handle: (call: Q, diagnostics: Diagnostics) => object | Promise<object>,
): UnaryHandler<Q, R> {
  return (call, answer) => {
    const diagnostics = new Diagnostics();
    const work = async () => handle(call.request, diagnostics);
    void work()
      .catch((error: unknown) => {
        report(diagnostics, error);
        return {};
      })
      .then((partial) => answer(null, response.fromPartial({ ...partial, diagnostics: diagnostics.list })));
  };
}

/** Tells an error in words for the user; one that is nobody's words goes to the log with its stack. */
export function report(diagnostics: Diagnostics, error: unknown): void {
  if (error instanceof ProviderError) {
    diagnostics.error(error.message, error.detail, error.attribute);
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && error.name === "AbortError") {
    diagnostics.error("Interrupted", "Terraform asked the provider to stop, and this was given up half way.");
    return;
  }
  log.error("a call threw", { error });
  diagnostics.error(
    "The provider failed unexpectedly",
    `${message}\n\nThis is a fault of the provider. Run again with TF_LOG_PROVIDER=error to see where it happened.`,
  );
}

/** Reads an object of the attributes; null when there is none. */
export function readValues(attributes: Attributes, value: DynamicValue | undefined): Values | null {
  return decodeValue(typeOf(attributes), value) as Values | null;
}

/** The definition of that name. */
export function find<T>(map: Readonly<Record<string, T>> | undefined, name: string): T {
  const known = map ?? {};
  const found = Object.hasOwn(known, name) ? known[name] : undefined;
  if (found !== undefined) return found;
  throw new ProviderError(
    `The provider has no ${name}`,
    `It has ${Object.keys(known).join(", ") || "nothing of that kind"}.`,
  );
}

/** The value that Terraform always sends here. */
export function must<T>(value: T | null): T {
  if (value !== null) return value;
  throw new ProviderError(
    "Terraform sent no value where one is needed",
    "This is a fault of Terraform or of the provider.",
  );
}

/** What a resource keeps beside its state: JSON, never shown. */
export function readPrivate(bytes: Buffer | undefined): Record<string, unknown> {
  return bytes && bytes.length > 0 ? (JSON.parse(bytes.toString()) as Record<string, unknown>) : {};
}

/** The same, to be kept. */
export function writePrivate(kept: Record<string, unknown>): Buffer {
  return Object.keys(kept).length > 0 ? Buffer.from(JSON.stringify(kept)) : Buffer.alloc(0);
}
