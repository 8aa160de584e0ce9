package changes

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
)

// heartbeat is how often a wait is told of again where nobody sees a clock run.
const heartbeat = 30 * time.Second

// maxRunning is how many steps are shown at a time that run side by side.
const maxRunning = 8

// Progress shows steps as they happen: on a terminal a log of what is done, under the name of the member that it is done
// for, with a line below it for each step that runs; elsewhere a line per change and a heartbeat. It belongs on standard
// error.
type Progress struct {
	w       io.Writer
	live    bool
	width   int
	palette output.Palette
	phrase  *phrase.Phraser
	// headings are what is said of each member before its first step.
	headings map[string]string
	// told is what was said last of each step off a terminal, and when.
	told map[int]saying
	// headed are the members whose heading has been written, running the last events of the steps that run, in the order
	// of the Plan, and drawn is how many lines below the log stand for them.
	headed  map[string]bool
	running []drain.Event
	drawn   int
}

type saying struct {
	text string
	at   time.Time
}

// NewProgress returns a Progress of a Plan that writes to the Out of streams.
func NewProgress(s output.Streams, plan *drain.Plan, say *phrase.Phraser) *Progress {
	p := &Progress{w: s.Out, live: s.Escapes, width: s.Width, phrase: say, headings: headings(plan.Moves), told: map[int]saying{}, headed: map[string]bool{}}
	if p.live {
		p.palette = s.Palette()
	}
	return p
}

// Event shows one event.
func (p *Progress) Event(e drain.Event) {
	if e.Type == drain.EventNoted {
		fmt.Fprintln(p.w, "note: "+output.Clean(p.phrase.Text(e.Reason))) // before the first step: nothing has been drawn
		return
	}
	if p.live {
		p.onTerminal(e)
		return
	}
	p.onPipe(e)
}

// What a terminal is told, so that lines are written over: to go to the beginning of the line and clear what follows, and
// to go one line up.
const (
	eraseBelow = "\r\x1b[J"
	lineUp     = "\x1b[1A"
)

func (p *Progress) onTerminal(e drain.Event) {
	var b strings.Builder
	if p.drawn > 0 {
		b.WriteString(strings.Repeat(lineUp, p.drawn-1) + eraseBelow)
	}
	if heading := p.headings[e.Step.Member]; heading != "" && !p.headed[e.Step.Member] {
		p.headed[e.Step.Member] = true
		b.WriteString(p.palette.Paint(output.Heading, output.Clean(heading)) + "\n")
	}
	p.running = slices.DeleteFunc(p.running, func(r drain.Event) bool { return r.Index == e.Index })
	if ended := p.ended(e); ended != "" {
		b.WriteString(ended)
	} else {
		at, _ := slices.BinarySearchFunc(p.running, e, func(a, b drain.Event) int { return a.Index - b.Index })
		p.running = slices.Insert(p.running, at, e)
	}
	b.WriteString(p.below(e.At))
	fmt.Fprint(p.w, b.String())
}

// ended is the line for the end of a step, empty if it goes on.
func (p *Progress) ended(e drain.Event) string {
	mark, known := map[drain.EventType]string{
		drain.EventDone: p.palette.Paint(output.Good, "✓"), drain.EventFailed: p.palette.Paint(output.Bad, "✗ failed:"), drain.EventStopped: p.palette.Paint(output.Warn, "● stopped:"),
	}[e.Type]
	if !known {
		return ""
	}
	return fmt.Sprintf("%s %s  %s%s\n", mark, p.numbered(e), p.palette.Paint(output.Dim, elapsed(e)), p.because(e))
}

// below are the lines for the steps that run, as of now.
func (p *Progress) below(now time.Time) string {
	var lines []string
	for _, e := range p.running {
		e.At = now
		lines = append(lines, p.fit(fmt.Sprintf("● %s  %s", p.numbered(e), elapsed(e)), p.because(e)))
	}
	if hidden := len(lines) - maxRunning; hidden > 0 {
		lines = append(lines[:maxRunning], fmt.Sprintf("and %d more", hidden))
	}
	p.drawn = len(lines)
	return strings.Join(lines, "\n")
}

// fit is a line that does not wrap, for one that does cannot be taken back. Of what is said beside the step, the beginning
// matters most.
func (p *Progress) fit(step, beside string) string {
	room := p.width - 1
	switch {
	case p.width == 0 || output.Width(step+beside) <= room:
		return step + beside
	case output.Width(step) >= room:
		return output.Shorten(step, room)
	}
	return step + output.Beginning(beside, room-output.Width(step))
}

// numbered is the step with its number, which counts from 1.
func (p *Progress) numbered(e drain.Event) string {
	return fmt.Sprintf("%d %s", e.Index+1, output.Clean(p.phrase.Text(e.Step.Title)))
}

// because is what is waited for, or how the step ended.
func (p *Progress) because(e drain.Event) string {
	if e.Reason.IsZero() {
		return ""
	}
	return "  " + output.Clean(p.phrase.Text(e.Reason))
}

func (p *Progress) onPipe(e drain.Event) {
	words := map[drain.EventType]string{
		drain.EventWaiting: "waiting", drain.EventRetrying: "retrying", drain.EventDone: "done", drain.EventFailed: "failed", drain.EventStopped: "stopped",
	}
	word, shown := words[e.Type]
	if !shown {
		return
	}
	text := fmt.Sprintf("%d %s: %s", e.Index+1, word, output.Clean(p.phrase.Text(e.Step.Title)))
	if !e.Reason.IsZero() {
		text += ": " + output.Clean(p.phrase.Text(e.Reason))
	}
	if last := p.told[e.Index]; e.Type == drain.EventWaiting && text == last.text && e.At.Sub(last.at) < heartbeat {
		return
	}
	p.told[e.Index] = saying{text, e.At}
	fmt.Fprintf(p.w, "%s (%s)\n", text, elapsed(e))
}

func elapsed(e drain.Event) string { return shortly(e.At.Sub(e.Since)) }

// shortly is a time as exact as a reader wants it.
func shortly(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%.1fs", d.Seconds())
	}
	return d.Round(time.Second).String()
}
