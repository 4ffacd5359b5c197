"""The demands of the demo coalition, in its two languages; the English words bind."""

from __future__ import annotations

from crm.demands.models import DemandKind
from crm.demands.operations import Words

LANGUAGE = "en"

# Each with its kind and its words: (kind, English, Spanish).
DEMANDS: tuple[tuple[DemandKind, Words, Words], ...] = (
    (
        DemandKind.MINIMUM,
        Words(
            "No city help for raids and deportations, and no data handed over for them",
            "No city employee, officer, building, vehicle or dollar takes part in immigration raids, "
            "arrests or transports."
            "\n\nThe city shares nothing about its residents for them: no addresses, no license plates, no "
            "camera pictures, no records of schools, clinics or utilities. Where a judge orders it to, it "
            "tells the person first and says in public how often that happened.",
        ),
        Words(
            "Ninguna ayuda de la ciudad a las redadas y deportaciones, ni datos entregados para ellas",
            "Ningún empleado, agente, edificio, vehículo ni dólar de la ciudad participa en redadas, "
            "arrestos o traslados de inmigración."
            "\n\nLa ciudad no comparte nada sobre sus habitantes para ese fin: ni domicilios, ni placas, ni "
            "imágenes de cámaras, ni expedientes de escuelas, clínicas o servicios. Si un juez se lo "
            "ordena, avisa primero a la persona y publica cuántas veces ocurrió.",
        ),
    ),
    (
        DemandKind.MINIMUM,
        Words(
            "No part in registries or surveillance by religion",
            "The city keeps no list of people by faith or origin and helps nobody to make one."
            "\n\nIts police send no informants into houses of worship, charities or student groups, and it "
            "buys no system that sorts people in that way.",
        ),
        Words(
            "Ninguna participación en registros ni vigilancia por religión",
            "La ciudad no lleva ninguna lista de personas por su fe o su origen, ni ayuda a nadie a "
            "hacerla."
            "\n\nSu policía no manda informantes a templos, asociaciones ni grupos estudiantiles, y la "
            "ciudad no compra sistemas que clasifiquen así a la gente.",
        ),
    ),
    (
        DemandKind.MINIMUM,
        Words(
            "A safe city for everyone who is under threat",
            "Whoever is threatened for who they are is protected here: at school, at work, on the bus, at "
            "the clinic, at the shelter."
            "\n\nNobody is asked for papers to get help. The city answers every report of hate violence, "
            "publishes what it did, and pays for people to accompany each other.",
        ),
        Words(
            "Una ciudad segura para todas las personas amenazadas",
            "Quien sea amenazado por ser quien es encuentra aquí protección: en la escuela, en el "
            "trabajo, en el autobús, en la clínica, en el albergue."
            "\n\nA nadie se le piden papeles para recibir ayuda. La ciudad responde a cada denuncia de "
            "violencia de odio, publica lo que hizo y paga acompañamiento entre vecinos.",
        ),
    ),
    (
        DemandKind.MINIMUM,
        Words(
            "No criminalizing of protest and organizing",
            "To march, to strike, to leaflet and to sit in are no crimes here."
            "\n\nNo new permits, fees or charges against them, no mass arrests, no weapons of war on the "
            "street, and no files on people because they organize. Charges from past protests are "
            "dropped.",
        ),
        Words(
            "Que no se criminalice la protesta ni la organización",
            "Marchar, hacer huelga, repartir volantes y ocupar pacíficamente no son delitos aquí."
            "\n\nNi nuevos permisos, cobros o cargos en su contra, ni arrestos masivos, ni armas de guerra "
            "en la calle, ni expedientes de personas por organizarse. Se retiran los cargos de protestas "
            "pasadas.",
        ),
    ),
    (
        DemandKind.EXTENDED,
        Words(
            "Police answer to an elected board that can fire, fund and defund",
            "A board elected by neighborhood sees every complaint and every recording, can call witnesses "
            "under oath, sets the police budget, and ends the employment of officers who harm people.",
        ),
        Words(
            "Que la policía responda ante un consejo electo que despida y decida su presupuesto",
            "Un consejo elegido por barrios ve cada queja y cada grabación, cita a testigos bajo "
            "juramento, fija el presupuesto de la policía y despide a los agentes que dañen a las "
            "personas.",
        ),
    ),
    (
        DemandKind.EXTENDED,
        Words(
            "No eviction without cause, and a lawyer for every tenant",
            "A tenant who pays stays. Rents rise no faster than wages, repairs are made before rent is "
            "raised, and whoever is taken to eviction court has a lawyer paid by the city, in their "
            "language.",
        ),
        Words(
            "Ningún desalojo sin causa, y un abogado para cada inquilino",
            "Quien paga su renta se queda. Las rentas no suben más que los salarios, se repara antes de "
            "subirlas, y quien va a juicio de desalojo tiene un abogado pagado por la ciudad, en su "
            "idioma.",
        ),
    ),
)
