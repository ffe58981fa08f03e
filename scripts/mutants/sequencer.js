// Jest runs the slowest files first; a sampling wants those that are likely to notice first, in the order in which it names them.
import Sequencer from '@jest/test-sequencer';

export default class AsNamed extends Sequencer {
  constructor(options) {
    super(options);
    this.named = options.globalConfig.nonFlagArgs;
  }

  sort(tests) {
    return [...tests].sort((one, other) => this.named.indexOf(one.path) - this.named.indexOf(other.path));
  }
}
