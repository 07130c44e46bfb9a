import js from "@eslint/js";
import query from "@tanstack/eslint-plugin-query";
import jsxA11y from "eslint-plugin-jsx-a11y-x";
import reactHooks from "eslint-plugin-react-hooks";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";
import oldNames from "./old-names.json" with { type: "json" };

// What has one place in web/src: each rule says where it is, and the files beside it are that place.
const CALLS = ["fetch", "EventSource", "WebSocket", "XMLHttpRequest"];
const FORMATS = {
  selector:
    "MemberExpression[object.name='Intl'][property.name=/^(DateTime|Number|RelativeTime)Format$/], MemberExpression[property.name=/^toLocale(Date|Time)?String$/]",
  message: "Dates are written by lib/dates.ts, numbers and durations by lib/format.ts.",
};
const ADDRESSES = {
  selector:
    "JSXAttribute[name.name='to'] Literal[value=/^[/]/], CallExpression[callee.name=/^(navigate|redirect)$/] > Literal[value=/^[/]/]",
  message: "Addresses of the page are built in app/paths.ts.",
};
// identifiers that were renamed to the words of docs/glossary.md, with their successors
const OLD_NAMES = Object.entries(oldNames).map(([old, successor]) => ({
  selector: `:matches(Identifier, JSXIdentifier)[name='${old}']`,
  message: `\`${old}\` is now called \`${successor}\`.`,
}));
const MUI = { regex: "^@mui/material$", message: "Import each component from its own module: @mui/material/Button." };
const CLIENT = { regex: "^openapi-fetch$|/schema\\.gen$", message: "The API is called through api/client.ts, which names its types too." };
const SHELL = { regex: "/app/(?!paths$)", message: "Of app, features may know the addresses alone." };
const ABOVE = { regex: "/(app|features)/", message: "Imports run downward: app, features, and then what they share." };

const imports = (...patterns) => ({ "no-restricted-imports": ["error", { patterns }] });

export default defineConfig(
  globalIgnores(["dist/", "src/api/schema.gen.ts"]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    extends: [tseslint.configs.strict, tseslint.configs.stylistic, jsxA11y.configs.recommended, query.configs["flat/recommended"]],
    plugins: { "react-hooks": reactHooks },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: { "jsx-a11y-x": { polymorphicPropName: "component", components: { Box: "div" } } },
    rules: {
      // those that need no run of React's compiler, which would take as long as all others together
      "react-hooks/rules-of-hooks": "error",
      "react-hooks/exhaustive-deps": "error",

      // of the rules that ask for types, those that find faults without looking at the type of every attribute
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/no-base-to-string": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: false }],
      "@typescript-eslint/no-misused-spread": "error",
      "@typescript-eslint/no-unnecessary-condition": "error",
      "@typescript-eslint/no-unnecessary-type-assertion": "error",
      "@typescript-eslint/no-unsafe-argument": "error",
      "@typescript-eslint/no-unsafe-call": "error",
      "@typescript-eslint/no-unsafe-member-access": "error",
      "@typescript-eslint/no-unsafe-return": "error",
      // a loader of the router throws answers
      "@typescript-eslint/only-throw-error": ["error", { allow: [{ from: "lib", name: "Response" }] }],
      "@typescript-eslint/prefer-promise-reject-errors": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",

      // tsc takes every index for possibly undefined; where one cannot be, `!` says so
      "@typescript-eslint/no-non-null-assertion": "off",
      // { key, ...rest } leaves the key out
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
      // a form or dialog that somebody opened begins in its first field; MUI's components move the focus there
      "jsx-a11y-x/no-autofocus": ["error", { ignoreNonDOM: true }],

      "no-restricted-globals": [
        "error",
        ...CALLS.map((name) => ({ name, message: "The API is called in src/api alone." })),
        { name: "localStorage", message: "What stays between visits is kept by the stores of src/stores." },
      ],
      "no-restricted-properties": [
        "error",
        ...["globalThis", "window", "browser"].flatMap((object) =>
          [...CALLS, "localStorage"].map((property) => ({ object, property, message: "It has its place in src/api or src/stores." })),
        ),
      ],
      "no-restricted-syntax": ["error", FORMATS, ADDRESSES, ...OLD_NAMES],
      ...imports(MUI, CLIENT, SHELL),
    },
  },
  { files: ["src/{lib,stores,theme,ui}/**"], rules: imports(MUI, CLIENT, ABOVE) },
  { files: ["src/api/**"], rules: { "no-restricted-globals": "off", "no-restricted-properties": "off", ...imports(ABOVE) } },
  { files: ["src/app/**", "src/main.tsx"], rules: imports(MUI, CLIENT) },
  // zoned.ts takes a moment apart, ZonePicker asks for the device's own zone
  {
    files: ["src/lib/{dates,format,zoned}.ts", "src/ui/ZonePicker.tsx"],
    rules: { "no-restricted-syntax": ["error", ADDRESSES, ...OLD_NAMES] },
  },
);
