"""Tell what pictures show: their captions, where schools stand, and what is set side by side."""
