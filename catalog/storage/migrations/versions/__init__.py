"""One file for each step; its name begins with its revision. A step that was released is never changed."""
