"""The page at `/`: what is served, the tasks and requests as they come, buttons that steer.

Everything that runs is in the browser: HTML, CSS and ES modules without a build step, and the API
reference in `vendor/`. It reads and steers through `/_mock`, as any other client does.
"""
