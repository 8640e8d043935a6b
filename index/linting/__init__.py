"""What is wrong in a knowledge folder, in words for those who keep it."""
