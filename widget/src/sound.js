// Two soft notes for a message that nobody is looking at; only where the visitor turned it on.
let context;

export default () => () => {
  context ??= new AudioContext();
  [660, 880].forEach((frequency, at) => {
    const start = context.currentTime + at * 0.12;
    const [tone, level] = [context.createOscillator(), context.createGain()];
    tone.frequency.value = frequency;
    level.gain.setValueAtTime(0.08, start);
    level.gain.exponentialRampToValueAtTime(0.0001, start + 0.25);
    tone.connect(level).connect(context.destination);
    tone.start(start);
    tone.stop(start + 0.25);
  });
};
