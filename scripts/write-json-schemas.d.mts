/** By command, the text of its schema. */
export declare function makeJsonSchemas(): Promise<Map<string, string>>;
/** Where the schema of a command's document is. */
export declare function schemaFile(name: string): string;
