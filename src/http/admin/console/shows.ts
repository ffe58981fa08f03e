/** A route that answers by a page of the console. */
import type { Request, RequestHandler } from 'express';
import type { PageSender } from '../../shared/pages/page.js';
import { callerOf } from '../access/guard.js';
import { ofCaller, type ConsolePage } from './console-page.js';

export interface ShowDeps {
  readonly publicUrl: string;
  readonly sendPage: PageSender;
}

/** `draw`: what to answer; who looks, and the links to the other pages, are put around it. */
export function shows(
  { publicUrl, sendPage }: ShowDeps,
  draw: (request: Request) => ConsolePage | Promise<ConsolePage>,
): RequestHandler {
  return async (request, response) =>
    sendPage(response, ofCaller(await draw(request), { ...callerOf(request), publicUrl }));
}
