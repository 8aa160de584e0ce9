package screen

import "testing"

func TestSettled(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"lines", "one\r\n\x1b[1mtwo\x1b[0m\r\n", "one\n\x1b[1mtwo\x1b[0m\n"},
		{"a line written over", "one\r\n\r\x1b[K0s two\r\x1b[K1s two\r\nthree\r\n", "one\n1s two\nthree\n"},
		{"a line written over and not cleared first", "0s two\r1s two\n", "1s two\n"},
		{"two lines that become one", "log\n● a\n● b\x1b[1A\r\x1b[J✓ a\n● b\r\x1b[J✓ b\n", "log\n✓ a\n✓ b\n"},
		{"above all", "\x1b[1A\x1b[1Aa\n", "a\n"},
		{"what nobody sees", "\x1b[?25la\x1b\n", "a\n"},
	} {
		if got := Settled(tc.text); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestPlain(t *testing.T) {
	if got := Plain("\x1b[1;31mred\x1b[m \x1b[0mplain"); got != "red plain" {
		t.Errorf("%q", got)
	}
}
