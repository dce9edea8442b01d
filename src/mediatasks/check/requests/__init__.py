"""How requests of our own are built, admitted and sent."""
