package match

import (
	"strconv"
	"strings"
)

// kind is a set of volumes that no claim can tell apart: of equal capacity, and the same to every claim. Which of
// them is taken makes no difference to what is left.
type kind struct {
	// size is the rank of the capacity: equal for equal capacities, larger for larger ones.
	size int
	fits []fit
}

// outcome plays the scheduler's order through, trying every kind wherever it could meet one before the other.
func (t fitTable) outcome(maxStates int) GreedyOutcome {
	kinds, counts := t.kinds()
	play := greedyPlay{kinds: kinds, claims: len(t.matchers), left: maxStates, seen: map[string]ends{}}
	switch play.from(0, counts) {
	case ends{full: true}:
		return GreedyAlways
	case ends{short: true}:
		return GreedyNever
	default:
		return GreedySometimes
	}
}

func (t fitTable) kinds() ([]kind, []int) {
	var kinds []kind
	var counts []int
	byLook := map[string]int{}
	size := 0
	for i, v := range t.volumes {
		if i > 0 && CapacityOf(v).Cmp(*CapacityOf(t.volumes[i-1])) != 0 {
			size++
		}
		look := t.look(size, i)
		k, ok := byLook[look]
		if !ok {
			k = len(kinds)
			byLook[look] = k
			kinds, counts = append(kinds, kind{size: size, fits: t.fits[i]}), append(counts, 0)
		}
		counts[k]++
	}
	return kinds, counts
}

func (t fitTable) look(size, row int) string {
	b := make([]byte, 0, len(t.fits[row]))
	for _, f := range t.fits[row] {
		b = append(b, byte(f))
	}
	return strconv.Itoa(size) + " " + string(b)
}

// ends are the ways in which a game can end: every claim full, or some claim left short.
type ends struct{ full, short bool }

func (e ends) or(o ends) ends { return ends{full: e.full || o.full, short: e.short || o.short} }

func (e ends) both() bool { return e.full && e.short }

// greedyPlay explores the games. Positions that were seen are not played again, and after left positions
// everything is held possible.
type greedyPlay struct {
	kinds  []kind
	claims int
	left   int
	seen   map[string]ends
}

func (g *greedyPlay) from(claim int, counts []int) ends {
	if claim == g.claims {
		return ends{full: true}
	}
	position := positionKey(claim, counts)
	if known, ok := g.seen[position]; ok {
		return known
	}
	if g.left == 0 {
		return ends{full: true, short: true}
	}
	g.left--
	result := g.play(claim, counts)
	g.seen[position] = result
	return result
}

func (g *greedyPlay) play(claim int, counts []int) ends {
	options := g.options(claim, counts)
	if len(options) == 0 {
		return ends{short: true}
	}
	var result ends
	for _, k := range options {
		if g.kinds[k].fits[claim] == fitBlocks {
			result.short = true
			continue
		}
		counts[k]--
		result = result.or(g.from(claim+1, counts))
		counts[k]++
		if result.both() {
			break
		}
	}
	return result
}

// options are the kinds of which the scheduler may take one for a claim: any that is reserved for it, else those
// of the smallest size that fits.
func (g *greedyPlay) options(claim int, counts []int) []int {
	var reserved, smallest []int
	for k, kind := range g.kinds {
		if counts[k] == 0 {
			continue
		}
		switch kind.fits[claim] {
		case fitNo:
		case fitReserved, fitBlocks:
			reserved = append(reserved, k)
		case fitYes:
			if len(smallest) == 0 || g.kinds[smallest[0]].size == kind.size {
				smallest = append(smallest, k)
			}
		}
	}
	if len(reserved) > 0 {
		return reserved
	}
	return smallest
}

func positionKey(claim int, counts []int) string {
	var b strings.Builder
	b.WriteString(strconv.Itoa(claim))
	for _, n := range counts {
		b.WriteByte(' ')
		b.WriteString(strconv.Itoa(n))
	}
	return b.String()
}
