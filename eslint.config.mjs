import tseslint from "typescript-eslint";

const pureRooms = ["model", "dialects", "plan", "capture", "checks", "reports"];

export default tseslint.config(
  {
    ignores: [
      "node_modules/**",
      "dist/**",
      "cdktf.out/**",
      "site/**",
      "coverage/**",
      ".tunnelwright/**",
      "provider/sdk/gen/**",
      "**/*.mjs",
      "**/*.d.ts",
      "**/*.d.mts",
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "max-lines": ["warn", { max: 250, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // The compiler keeps console, process, fetch and timers out of these rooms (tsconfig.pure.json); these two are ES2023 itself.
    files: pureRooms.map((room) => `${room}/**/*.{ts,tsx}`),
    rules: {
      "no-restricted-properties": [
        "error",
        { object: "Date", property: "now", message: "A pure room is handed a Clock." },
        { object: "Math", property: "random", message: "A pure room has no dice." },
      ],
    },
  },
  { files: ["test/**/*.ts"], rules: { "@typescript-eslint/no-non-null-assertion": "off", "max-lines": "off" } },
);
