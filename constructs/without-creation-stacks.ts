/**
 * Does the work while cdktf keeps no stack of the place where each token was made: with source maps, writing those down takes most of
 * the time in which a large lab is declared. Errors keep their stacks, which are written when they are first read.
 */
export function withoutCreationStacks<Result>(work: () => Result): Result {
  const kept = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");
  Error.prepareStackTrace = () => "";
  try {
    return work();
  } finally {
    if (kept) Object.defineProperty(Error, "prepareStackTrace", kept);
    else Reflect.deleteProperty(Error, "prepareStackTrace");
  }
}
