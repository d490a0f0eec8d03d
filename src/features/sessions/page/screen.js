/*
 * The screen of a hall: the code that people scan, changed on time also when the network is slow. Plain JavaScript, for whatever
 * browser the laptop at the projector has.
 */
(function () {
  var ASK_EVERY = 5000;
  var body = document.body;
  var words = JSON.parse(body.dataset.words);
  var code = document.getElementById('code');
  var say = document.getElementById('say');
  var count = document.getElementById('count');
  /** What was last heard: the codes, one after the other, and until when (ms of this browser) each is the one to show. */
  var codes = [];
  var phase = null;
  var heardAt = 0;
  var shown = null;

  function show() {
    var now = Date.now();
    while (codes.length > 0 && codes[0].until <= now) codes.shift();
    var current = phase === 'open' && codes.length > 0 ? codes[0].svg : null;
    var offline = now - heardAt > 3 * ASK_EVERY;
    // An old code would be refused: better none than one that does not work.
    if (current !== shown) code.innerHTML = current || '';
    shown = current;
    body.classList.toggle('offline', offline);
    var why = phase === 'open' ? '' : words[phase] || '…';
    say.textContent = offline ? words.offline : why;
  }

  function hear(state, asked) {
    // What is left of a code counts from when it was asked for: on a slow network it is changed too early, never too late.
    phase = state.phase;
    heardAt = Date.now();
    count.textContent = state.count;
    codes = state.codes.map(function (svg, i) {
      return { svg: svg, until: asked + state.left + i * 30000 };
    });
  }

  async function ask() {
    var asked = Date.now();
    var controller = new AbortController();
    var patience = setTimeout(function () {
      controller.abort();
    }, 2 * ASK_EVERY);
    try {
      var address = location.pathname.replace(/\/$/, '') + '/state';
      var answer = await fetch(address, { cache: 'no-store', signal: controller.signal });
      if (answer.ok) hear(await answer.json(), asked);
    } catch {
      // Offline: what is shown says so by itself.
    }
    clearTimeout(patience);
    show();
    setTimeout(ask, ASK_EVERY);
  }

  setInterval(show, 500);
  void ask();
})();
