package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLines(t *testing.T) {
	got := lines("\x1b[1mNODE\x1b[0m  X\n\x1b[31;2mbad\n\x1b[22mstill red\x1b[39m, \x1b[2Kplain\x1b[m\n")
	want := [][]span{
		{{"NODE", style{bold: true}}, {"  X", style{}}},
		{{"bad", style{color: 2, faint: true}}},
		{{"still red", style{color: 2}}, {", ", style{}}, {"plain", style{}}},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(span{}, style{})); diff != "" {
		t.Errorf("spans (-want +got):\n%s", diff)
	}
}

func TestDraw(t *testing.T) {
	got := draw([]exchange{{command: "a <b>", answer: "x  \x1b[92my z\x1b[0m\n"}, {command: "c", answer: "ende\n"}})
	want := `<svg xmlns="http://www.w3.org/2000/svg" width="94" height="148" viewBox="0 0 94 148" role="img" aria-label="kubectl localpv at work">
`
	if diff := cmp.Diff(want, got[:len(want)]); diff != "" {
		t.Errorf("head (-want +got):\n%s", diff)
	}
	want = `<text x="18.0" y="45" textLength="8.4" class="p">$</text>
<text x="34.8" y="45" textLength="42.0" class="c">a&#160;&lt;b&gt;</text>
<text x="18.0" y="65" textLength="8.4">x</text>
<text x="43.2" y="65" textLength="25.2" class="k3">y&#160;z</text>
<text x="18.0" y="105" textLength="8.4" class="p">$</text>
<text x="34.8" y="105" textLength="8.4" class="c">c</text>
<text x="18.0" y="125" textLength="33.6">ende</text>
</svg>
`
	if diff := cmp.Diff(want, got[len(got)-len(want):]); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
}
