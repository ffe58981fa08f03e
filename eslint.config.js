import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const PRODUCT = ['src', 'bots', 'cards', 'inbox', 'demo'].map((folder) => `${folder}/**/*.ts`);
const COMES_IN = 'Time, randomness and environment come in as parameters outside src/main.ts, src/cli and src/base.';

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'out-*/', 'coverage/', 'node_modules/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: ['./tsconfig.test.json', './tsconfig.web.json'] } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/consistent-type-definitions': 'off',
      'max-depth': ['error', 3],
      'max-params': 'off',
      '@typescript-eslint/max-params': ['error', { max: 3 }],
    },
  },
  { files: PRODUCT, rules: { 'max-lines': ['error', 250], 'max-lines-per-function': ['error', 60] } },
  {
    files: PRODUCT,
    ignores: ['src/main.ts', 'src/cli/**', 'src/base/**', '**/web/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: COMES_IN },
        { object: 'Date', property: 'now', message: COMES_IN },
        { object: 'Math', property: 'random', message: COMES_IN },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: COMES_IN },
      ],
    },
  },
  { files: ['**/*.js'], languageOptions: { globals: { process: 'readonly', console: 'readonly' } } },
);
