package phrase

// causes says why a Pod is pending, and what is found about its claims: pkg/inspect.
func causes() catalog {
	return catalog{}
}
