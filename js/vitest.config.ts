import { defineConfig } from "vitest/config";

export default defineConfig({
  // A busy machine may take a while; what hangs is still told.
  test: { environment: "happy-dom", include: ["test/**/*.test.ts"], testTimeout: 60_000 },
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
