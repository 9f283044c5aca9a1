package text

// LowerAlphanumeric says whether a name has only what names of attributes have.
func LowerAlphanumeric(name string) bool {
	for _, c := range []byte(name) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// IsNameRune says whether the name of a var, a parent topic or a group may have r.
func IsNameRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-'
}

func NotNameRune(r rune) bool { return !IsNameRune(r) }
