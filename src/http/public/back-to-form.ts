/** A browser that reloads or reopens what a form answered asks for the form's own address: that leads to the page the form stands on. */
import type { Express } from 'express';

/** `paths`: where forms of `page` go, and what its script asks. */
export function routeBackToForm(app: Express, page: string, paths: readonly string[]): void {
  for (const path of paths) app.get(path, (_request, response) => response.redirect(303, page));
}
