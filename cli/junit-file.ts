/** Where `--junit` writes. */
import { lstat, open, rm } from "node:fs/promises";
import { LackingError } from "./lab-folder.ts";

/** A file that has been proved writable, and is empty until the report is in it. */
export interface JunitFile {
  /** Puts the report there and closes the file. */
  readonly write: (report: string) => Promise<void>;
  /** Without a report there is no file: neither an empty one nor that of an earlier run. */
  readonly abandon: () => Promise<void>;
}

/** Opens the file before anything is run, so that a long run does not end with a report that has no place; throws {@link LackingError}. */
export async function openJunitFile(path: string): Promise<JunitFile> {
  const handle = await open(path, "w").catch((cause: unknown) => refuse(path, cause));
  return {
    write: async (report) => {
      try {
        await handle.writeFile(report);
      } catch (cause) {
        refuse(path, cause);
      } finally {
        await handle.close();
      }
    },
    abandon: async () => {
      await handle.close();
      await removeRegularFile(path);
    },
  };
}

/** Not what is behind a link, and no pipe or device: /dev/stdout stays. */
async function removeRegularFile(path: string): Promise<void> {
  const status = await lstat(path).catch(() => null);
  if (status?.isFile() === true) await rm(path, { force: true });
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "this user may not write there",
  EDQUOT: "this user's quota is used up",
  EISDIR: "it is a folder",
  ENOENT: "its folder does not exist",
  ENOSPC: "no space is left there",
  ENOTDIR: "a folder of its path is a file",
  EPERM: "this user may not write there",
  EROFS: "its file system is read-only",
};

function refuse(path: string, cause: unknown): never {
  const { code = "", message } = cause as NodeJS.ErrnoException;
  throw new LackingError(`the JUnit report cannot be written to ${JSON.stringify(path)}: ${reasons[code] ?? message}`, {
    cause,
  });
}
