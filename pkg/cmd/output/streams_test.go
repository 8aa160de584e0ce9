package output

import "testing"

func TestColorMode(t *testing.T) {
	for _, tc := range []struct {
		mode          ColorMode
		before, after bool
	}{
		{ColorAuto, true, true}, {ColorAuto, false, false},
		{ColorAlways, false, true}, {ColorAlways, true, true},
		{ColorNever, true, false}, {ColorNever, false, false},
	} {
		if got := (Streams{Color: tc.before}).WithColor(tc.mode).Color; got != tc.after {
			t.Errorf("%s over %t gives %t, want %t", tc.mode, tc.before, got, tc.after)
		}
	}
}

func TestPaletteSaysNothingWithoutColour(t *testing.T) {
	for style := range styles {
		if got := (Streams{}).Palette().Paint(style, "word"); got != "word" {
			t.Errorf("style %d: %q", style, got)
		}
		colored := (Streams{Color: true}).Palette().Paint(style, "word")
		if (colored != "word") != (style != None) {
			t.Errorf("style %d with color: %q", style, colored)
		}
	}
}
