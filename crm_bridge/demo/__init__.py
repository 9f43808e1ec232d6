"""The demonstration: a made-up company's site with the widget on it, and three advisors."""
