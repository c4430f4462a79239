import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { environment: "happy-dom", include: ["test/**/*.test.ts"] },
  plugins: [
    {
      name: "css-as-text",
      enforce: "pre",
      load(id: string) {
        return id.endsWith(".css") ? "export default '';" : undefined;
      },
    },
  ],
});
