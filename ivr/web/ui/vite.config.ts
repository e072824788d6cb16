// How the pages are built: one HTML file a page, everything else under /assets by the hash of its content.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [react()],
  // The server puts a fresh nonce here in every response (ivr/web/pages.py).
  html: { cspNonce: '__NONCE__' },
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'], // so that light-dark() is left as it is
    assetsInlineLimit: 0,
    license: { fileName: 'licences.md' },
    modulePreload: { polyfill: false },
    rolldownOptions: { input: ['phone.html', 'signin.html', 'desk.html'] },
  },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
});
