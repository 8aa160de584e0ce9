package output

import (
	"strings"
	"testing"
	"unicode"
)

func TestCleanNeutralises(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"plain", "local-pv-0", "local-pv-0"},
		{"letters of any script stay", "tâche-日本", "tâche-日本"},
		{"escape sequence", "a\x1b[31mred", "a^[[31mred"},
		{"title of the window", "\x1b]0;owned\x07", `^[]0;owned\x07`},
		{"carriage return", "good\rbad", `good\rbad`},
		{"new line", "one\ntwo", `one\ntwo`},
		{"tab", "one\ttwo", `one\ttwo`},
		{"backspace", "x\by", `x\x08y`},
		{"delete", "x\x7f", `x\x7f`},
		{"C1 control", "x\u009b31m", `x\x9b31m`},
		{"right-to-left override", "pv\u202egnp", `pv\u202egnp`},
		{"isolate", "\u2066x\u2069", `\u2066x\u2069`},
		{"zero width", "a\u200bb", `a\u200bb`},
		{"byte order mark", "\ufeffa", `\ufeffa`},
		{"line separator", "a\u2028b", `a\u2028b`},
		{"not UTF-8", "a\xffb", `a\xffb`},
		{"empty", "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := Clean(tc.in); got != tc.want {
				t.Errorf("Clean(%q) = %q, want %q", tc.in, got, tc.want)
			}
		})
	}
}

func TestCleanTextKeepsLines(t *testing.T) {
	if got, want := CleanText("a\tb\nc\x1b[0m\r\n"), "a\tb\nc^[[0m\\r\n"; got != want {
		t.Errorf("CleanText = %q, want %q", got, want)
	}
}

// FuzzClean holds that nothing that acts on a terminal gets through, whatever the bytes.
func FuzzClean(f *testing.F) {
	f.Add("a\x1b[2J\u202e\xff")
	f.Fuzz(func(t *testing.T, in string) {
		got := Clean(in)
		bad := func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' }
		if i := strings.IndexFunc(got, bad); i >= 0 {
			t.Errorf("Clean(%q) = %q lets %q through", in, got, got[i:])
		}
	})
}
