package phrase

import "strings"

// Value writes one of the two values that a check of a volume compares, by the code of the check. Empty values are written out.
func Value(code, value string) string {
	switch code {
	case "CapacityTooSmall":
		return capacity(value)
	case "AttributesClassMismatch":
		return attributesClass(value)
	case "ClassMismatch":
		return class(value)
	case "NotAvailable":
		return phase(value)
	case "AccessModesMismatch":
		return modes(value)
	}
	return value
}

func capacity(size string) string {
	if size == "" {
		return "no capacity"
	}
	return size
}

func class(name string) string {
	if name == "" {
		return "no class"
	}
	return "class " + name
}

func attributesClass(name string) string {
	if name == "" {
		return "no attributes class"
	}
	return "attributes class " + name
}

func phase(name string) string {
	if name == "" {
		return "no phase yet"
	}
	return "phase " + name
}

// resource is the name of a resource behind an amount of it.
func resource(name string) string {
	if name == "cpu" {
		return "CPU"
	}
	return name
}

func modes(short string) string {
	if short == "" {
		return "no access mode"
	}
	return short
}

// Labels writes labels, and requirements of a selector, that are written as Kubernetes does: disk=ssd, disk, !disk.
func Labels(written []string) string {
	words := make([]string, 0, len(written))
	for _, w := range written {
		switch key, no := strings.CutPrefix(w, "!"); {
		case no:
			w = "no label " + key
		case !strings.ContainsAny(w, "= "):
			w = "label " + key
		default:
			w = strings.Replace(w, " notin (", " not in (", 1)
		}
		words = append(words, w)
	}
	return strings.Join(words, " and ")
}

// ClaimantWords are the words for who has volumes, behind their number: "3 left by claims that are gone". Claims are whom they name, as far
// as that is known.
func ClaimantWords(claimant string, one bool, claims ...string) string {
	named := ""
	if one && len(claims) == 1 {
		named = claims[0]
	}
	switch claimant {
	case "NoClaim":
		return "cordoned"
	case "OwnEarlierClaim":
		return "left by an earlier claim of this name"
	case "GoneClaim":
		switch {
		case named != "":
			return "left by " + named + ", which is gone"
		case one:
			return "left by a claim that is gone"
		}
		return "left by claims that are gone"
	case "EarlierClaim":
		switch {
		case named != "":
			return "left by an earlier " + named
		case one:
			return "left by an earlier claim of another name"
		}
		return "left by earlier claims of other names"
	case "Reservation":
		switch {
		case len(claims) == 1:
			return "reserved for " + claims[0]
		case one:
			return "reserved for another claim"
		}
		return "reserved for other claims"
	case "UnknownClaim":
		return "claimed by others, which could not be read"
	}
	return CodeWords("ClaimedByOther")
}

// CodeWords are the words for the code of a volume behind a count: "5 too small".
func CodeWords(code string) string {
	switch code {
	case "TakenBySibling":
		return "taken by another claim of the Pod"
	case "ClaimedByOther":
		return "claimed by others"
	case "CapacityTooSmall":
		return "too small"
	case "VolumeModeMismatch":
		return "of another volume mode"
	case "AttributesClassMismatch":
		return "of another attributes class"
	case "Terminating":
		return "being deleted"
	case "NotAvailable":
		return "not Available"
	case "SelectorMismatch":
		return "without the labels asked for"
	case "ClassMismatch":
		return "of another class"
	case "NodeAffinityMismatch":
		return "on no Node"
	case "AccessModesMismatch":
		return "without the access modes asked for"
	case "NotChosen":
		return "would do, another is taken"
	case "Match":
		return "would do"
	}
	return code
}
