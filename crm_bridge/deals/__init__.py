"""Deals: what a qualified visitor may become worth, moving through a pipeline's stages."""
