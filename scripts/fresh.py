"""make fresh: the data folder set aside, nothing deleted; then make run."""

import data_folder
import house
import run

if __name__ == "__main__":
    house.require_python()
    data_folder.set_aside()
    run.main()
