import { cardsView } from './cards.js';
import { figuresView } from './figures-view.js';
import { excursionsView } from './excursions.js';
import { hrefWith, type Desk, type Query } from './ground.js';
import { headView } from './head.js';
import { heatView } from './heat.js';
import { readCurve, rollingView, windowSize } from './lines.js';
import { partsView, sessionsView } from './parts.js';
import type { PlanNote } from '../../web/plan-notes.js';
import { spreadsView } from './spread.js';

/** What a plan shows that has no more: the way around, and the summary. */
export const summaryView = async (desk: Desk, plan: PlanNote) => ({
  ...(await headView(desk, '/analytics')),
  selfHref: hrefWith('/analytics/desk', desk),
  cards: cardsView(desk),
  plan,
});

/** The trades of the filters at a glance. */
export const deskView = async (desk: Desk, query: Query) => ({
  ...(await headView(desk, '/analytics')),
  selfHref: hrefWith('/analytics/desk', desk),
  cards: cardsView(desk),
  plan: null,
  curve: await readCurve(desk),
  parts: await partsView(desk, query),
  heat: heatView(desk),
  sessions: await sessionsView(desk),
  spreads: spreadsView(desk),
  currency: desk.chosen.group?.currency ?? '',
  excursions: await excursionsView(desk),
  rolling: rollingView(desk.chosen),
  windowSize,
});

/** All that is known of them, with what it is made of. */
export const everyFigureView = async (desk: Desk) => ({
  ...(await headView(desk, '/analytics/figures')),
  figures: await figuresView(desk),
});
