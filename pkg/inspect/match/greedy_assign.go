package match

// assignment finds a volume of its own for every claim, or nil: a maximum bipartite matching by augmenting paths.
// A claim that the Pod names twice needs one volume here. A claim for which volumes are reserved can have only
// those, since the scheduler looks at no others.
func (t fitTable) assignment() []Assigned {
	claims := t.distinctClaims()
	holder := make([]int, len(t.volumes)) // claim column that has the volume, or -1
	for i := range holder {
		holder[i] = -1
	}
	for _, c := range claims {
		if !t.place(c, holder, make([]bool, len(t.volumes))) {
			return nil
		}
	}
	out := make([]Assigned, 0, len(claims))
	for _, c := range claims {
		for row, h := range holder {
			if h == c {
				out = append(out, Assigned{Claim: t.matchers[c].claim, Volume: t.volumes[row]})
			}
		}
	}
	return out
}

// place gives a claim a volume, moving other claims to other volumes if need be. tried marks the volumes that
// have been considered in this search.
func (t fitTable) place(claim int, holder []int, tried []bool) bool {
	wanted := t.wanted(claim)
	for row := range t.volumes {
		if t.fits[row][claim] != wanted || tried[row] {
			continue
		}
		tried[row] = true
		if holder[row] < 0 || t.place(holder[row], holder, tried) {
			holder[row] = claim
			return true
		}
	}
	return false
}

// wanted is the fit that a claim can use: reserved if any volume is reserved for it, wherever that one is.
func (t fitTable) wanted(claim int) fit {
	for row := range t.volumes {
		if f := t.fits[row][claim]; f == fitReserved || f == fitBlocks {
			return fitReserved
		}
	}
	return fitYes
}

// distinctClaims are the columns of the claims, each claim once.
func (t fitTable) distinctClaims() []int {
	seen := map[*Matcher]bool{}
	var out []int
	for column, m := range t.matchers {
		if !seen[m] {
			seen[m] = true
			out = append(out, column)
		}
	}
	return out
}
