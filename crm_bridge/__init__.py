"""The bridge: the only public face of Usher and the only owner of its data."""
