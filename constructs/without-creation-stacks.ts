/**
 * Does the work while cdktf keeps no stack of the place where each token was made: with source maps, writing those down takes most of
 * the time in which a large lab is declared. Errors keep their stacks, which are written when they are first read.
 */
export function withoutCreationStacks<Result>(work: () => Result): Result {
  const { prepareStackTrace: kept } = Error;
  Error.prepareStackTrace = () => "";
  try {
    return work();
  } finally {
    Error.prepareStackTrace = kept;
  }
}
