package phrase

// catalogs are all catalogs. Each is in a file of its own, by who decides.
func catalogs() []catalog {
	return []catalog{causes(), matching(), sameDisk(), fixes(), fixNotes(), handback(), leave(), disks(), sites(), steps(), following(), running(), commands()}
}
