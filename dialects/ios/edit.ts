/** How a pasted text is mended: by statements, not by characters, so that prompts and indentation stay the text's own. */

/** One change to a router's part of a text. Lines are numbers of the text as it was read. */
export type Edit =
  /** Other words in the place of a line's; its prompt and indentation stay. */
  | { readonly kind: "replace"; readonly file: string; readonly line: number; readonly words: string }
  | { readonly kind: "delete"; readonly file: string; readonly line: number }
  /** A new line of the mode that `after` is in or opens; `prompt` is the mode's word for texts with prompts. */
  | {
      readonly kind: "insert";
      readonly file: string;
      readonly after: number;
      readonly words: string;
      readonly prompt: string;
      readonly depth: 0 | 1;
    }
  /** A new section behind the last line of the router. */
  | {
      readonly kind: "append";
      readonly file: string;
      readonly device: string;
      readonly header: string;
      readonly words: readonly string[];
      readonly prompt: string;
    }
  /** The right router in the prompt. */
  | {
      readonly kind: "rename";
      readonly file: string;
      readonly line: number;
      readonly from: string;
      readonly to: string;
    };
