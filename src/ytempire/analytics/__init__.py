"""What happened to videos after they were published: measured, rolled up, shown."""
