import subprocess


def kind_of(data):
    done = subprocess.run(["file", "--brief", "-"], input=data, capture_output=True, check=True)
    return done.stdout.decode().strip()
