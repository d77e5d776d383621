from setuptools import find_packages, setup

setup(
    name="greeter",
    version="0.1",
    packages=find_packages(),
    package_data={"greeter": ["*.txt"]},
    install_requires=["humanize"],
    entry_points={"console_scripts": ["greet=greeter.main:main"]},
)
