"""The sample city Yunxi (云溪市): invented units, people and problems, and half a year of history from one seed."""
