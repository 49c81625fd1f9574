"""Small files in the layout of `flask places load`; every place in them is invented."""

from pathlib import Path

HEADINGS = {
    "municipalities.csv": "municipality_no,name,county",
    "neighbourhoods.csv": (
        "municipality_no,municipality,name,kind,level,lat,lon,external_id,parent,coord_source"
    ),
    "postcode_neighbourhoods.csv": "postcode,place,municipality_no,neighbourhood,method",
    "postcodes.csv": "postcode,lat,lon",
    "neighbourhood_pairs.csv": "municipality_no,a,b,land_km,adjacent,link",
}
ROWS = {
    "municipalities.csv": ["3203,Asker,Akershus", "3301,Drammen,Buskerud"],
    "neighbourhoods.csv": [
        "3203,Asker,St. Ås,bydel,1,59.8312,10.4401,A1,,by hand",
        "3203,Asker,Brygga,postal_place,1,59.70,10.50,,,by hand",
        "3203,Asker,Øya,local,1,,,,,",
        "3203,Asker,Toppen,delbydel,2,59.84,10.45,,St.Ås,by hand",
        "3005,Drammen,Sentrum,local,1,59.74,10.20,,,by hand",
    ],
    "postcode_neighbourhoods.csv": [
        "1371,Asker,3203,St. Ås,polygon",
        "1372,Asker,3025,Brygga,nearest",
        "3001,Drammen,3301,Sentrum,polygon",
    ],
    "postcodes.csv": ["1371,59.83,10.44", "1372,59.71,10.51", "9999,1,2"],
    "neighbourhood_pairs.csv": [
        "3203,St. Ås,Brygga,10.0,1,",
        "3203,St. Ås,Øya,,0,",
        "3203,Brygga,Øya,2.5,0,Øybrua",
    ],
}


def write_files(folder: Path, **changes: list[str]) -> Path:
    """Write the files; `neighbourhoods=[…]` replaces the rows of neighbourhoods.csv."""
    folder.mkdir(exist_ok=True)
    for file, usual in ROWS.items():
        rows = changes.get(file.removesuffix(".csv"), usual)
        (folder / file).write_text("\n".join([HEADINGS[file], *rows]) + "\n", "utf-8")
    return folder
