/** How the card renderer draws: sizes for a phone, and colours that are left to the style sheet, so that dark is dark. */

const plain = { default: 'var(--text)', subtle: 'var(--text-subtle)' };
const colours = {
  default: plain,
  accent: { default: 'var(--accent)', subtle: 'var(--accent)' },
  good: { default: 'var(--good)', subtle: 'var(--good)' },
  attention: { default: 'var(--bad)', subtle: 'var(--bad)' },
  warning: { default: 'var(--late)', subtle: 'var(--late)' },
};

export const HOST_CONFIG = {
  supportsInteractivity: true,
  fontFamily: 'inherit',
  fontSizes: { small: 13, default: 15, medium: 16, large: 18, extraLarge: 22 },
  fontWeights: { lighter: 400, default: 400, bolder: 600 },
  lineHeights: { small: 18, default: 21, medium: 22, large: 25, extraLarge: 29 },
  spacing: { small: 6, default: 10, medium: 14, large: 18, extraLarge: 22, padding: 0 },
  containerStyles: { default: { backgroundColor: 'transparent', foregroundColors: colours } },
  actions: {
    maxActions: 5,
    spacing: 'large',
    buttonSpacing: 8,
    actionsOrientation: 'horizontal',
    actionAlignment: 'stretch',
    showCard: { actionMode: 'inline' },
  },
} as const;
