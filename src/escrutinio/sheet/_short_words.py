"""The words of short digests: 1,024 for each language, sorted; the position is the value.

Common words without accents that are not easily taken for one another. In each list no two words
begin with the same four letters, no two differ by one letter or by two neighbours that changed
places, and in Spanish no two sound so (b and v, s and z, ll and y, silent h). Left out: whatever
may offend somewhere, colours (parties have them), and words of elections.

A list never changes: the same digest must always give the same words.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["WORDS"]

_ENGLISH = """
abacus academy acorn acrobat actor adobe adverb afternoon agent airport alarm album alfalfa
algebra alibi alley almond aloe alpaca alphabet altar amber amulet anchor angle animal anise
antelope anthem aorta apple apricot apron aqua arch arena armada armor aroma arrow artist ash
aspen asphalt aster athlete atlas atom attic august aunt autumn avenue avocado award axle badge
bagel baker balcony ballet balsam bamboo banana banjo banner banquet barley barn barrel basil
basket bath baton battery bazaar beach bead beagle beaver bedroom beehive beetle bell beret berry
beryl bicycle birch biscuit bison blanket blazer blender blossom blouse bluff boat bobbin bobcat
bonfire bongo bonnet book border botany bottle boulder bouquet bowl box bracket braid branch brass
breeze brick bridge bronze broom brother brush bubble bucket budget buffalo bugle bulb bundle
burrow bus butter buzzard cabbage cabin cable cactus cafe calcium calendar calf camel camp canal
candle canoe canvas canyon captain caramel carbon cardinal cargo caribou carousel carpet carrot
cart cashew cassette castle cathedral cavern cedar celery cello cement census centaur cereal chair
chalk chamber channel charcoal cheese chef chemist cherry chess chicken chili chimney chisel
chorus cider cinema cinnamon cipher circle citadel citrus city civic clarinet clay clerk cliff
climate clinic clock cloud clover cluster coach coast cobalt cobra cocoa coffee coin collar colony
column comet comma compass concert condor cone cookie copper coral cork corner corridor cosmos
cotton cougar country cousin coyote crab cradle crane crater crayon creek crest cricket crocus
croissant crow cruise crumb crystal cube cuff cumin cup cupola curry curtain cushion cycle cypress
daisy damask dance date daughter dawn debate decimal deck deer degree delta den denim dentist
desert detail dial diamond diary dinner dinosaur disco doctor dogwood doll dolphin domino donkey
door dough dove dragon drawer dress drum dryer duet dune dusk dynamo earth easel echo eclipse
editor eel effort egg elbow elephant elixir elm embassy emerald emu enamel encore engine envelope
epic equator era eraser essay estate estuary evening exam exhibit exit eye eyelid fabric face
factory falcon family fan farmer faucet feather fence fern fiber fiddle field fiesta fig figure
film filter finch finger fish fjord flame flannel flask fleece flint floor flower flute foam foil
folder font forest forge format fortune fossil fountain freckle freight fresco friend fringe frog
frost fruit fudge funnel fur furnace future gadget galaxy gallery game garage garden garlic garnet
gaucho gazelle gecko gelatin gem genius geology geyser gift giraffe glacier gland glass glaze
glider globe glue gold gong goose gopher gourd gown granite grape gravel griddle grill grotto
grove guava guide guitar gulf gypsum haiku halo hammer hamster hand hangar harbor harness harp
harvest hat hawk hazard hazel hedge helmet hemp herb heron hexagon hiker hill hinge hippo hobby
hockey holiday holly honey hood horizon hornet hotel house hummus hurdle husky hydrant hymn ibis
iceberg icicle igloo iguana impala index ink inlet input insect iodine iron island ivy jacket jade
jaguar jam jasmine jazz jean jeep jelly jet jewel jigsaw jogger joker journal joy juice jumper
jungle juniper kale kangaroo karate kayak kelp kernel kettle key keyboard kidney kilt kimono kiosk
kitchen kite kitten kiwi knee knight knob koala kudu label lacquer ladder lady lagoon lake lamb
lament lantern lapis laser lasso latch lattice laurel lava leaf ledger legume lemon lemur lens
lentil leopard letter lever library lichen lid light lily lime limit linen linnet lion liquid
lizard llama lobster locket locust lodge loft log logic loom lotus lounge luggage lullaby lumber
lunar lunch lupine lynx lyre lyric macaw magic magnet magpie mahogany maize malt mammoth mandolin
mango manor mantle map maple marble margin marigold marmot marsh mask meadow medal medley melon
member memory menu mercury merit meteor metro midnight mild mimosa mineral mint minute mirror
mocha model moment monsoon month moon morning mortar mosaic moss motor muffin mule mural muscle
museum mushroom music muslin mustard myrtle nacho napkin narrator nature nautilus navy nectar
needle neighbor neon nephew neptune nest niche nickel nimbus noodle north notebook nougat novel
nozzle nucleus nugget nurse nut nutmeg nylon oak oasis oats oboe ocean ochre octopus office okra
olive omelet onion onyx opal opera opinion oracle orbit orchid oregano organ origami oriole osprey
ostrich otter outfit outlet oven owner oxygen oyster ozone paddle pagoda paint pajama palace
palette palm panda panel pansy panther papaya paper paprika parade parcel park parsley passport
pasta patio patrol pavement paw pea peanut pearl pebble pelican pencil penguin penny pepper
perfume permit petal pewter pharmacy phoenix phone photo physics piano pickle picnic pier pigeon
pillow pilot pine pistachio pit pixel pizza plaid planet plaster plate player plaza plow plum
plywood podium poem polar pollen polo pond popcorn poppy porch porridge port possum postage potato
pottery powder prairie prawn pretzel prism profile program proverb prune pulley puma pumpkin
puppet puzzle pyramid python quail quarry quest quilt quince quiver quiz rabbit radar radio raft
railway rain raisin raven razor record reef region relay reptile resin rhino ribbon rice ring
river road robin roller roof rope round rowan ruby rudder rug ruler rumba rust sack safari saffron
sage sail salad salmon sandal sapling sardine satin saucer sauna saxophone scale scarf school
scissors scout screen sculptor seagull season seed sesame shadow shawl sheep shell shield ship
shoe shovel shuttle silk silver siren skate sketch ski sleeve slipper smoke snow soap soccer sofa
sonata south space sparrow sphere spider spinach spiral sponge spoon spring spruce square squid
stable stadium stamp star station steam stone storm straw street studio submarine sugar summer
sunset surf swallow swan sweater swing symbol syrup tablet taco tailor talent tambour tapestry
taxi teacup teapot temple tennis tent terrace theater thimble thistle throat thumb thunder tiger
timber tinsel title tomato topaz tortoise towel tractor trailer trapeze treasure tree triangle
tripod trombone trout truck trumpet tuba tulip tundra turkey turnip tuxedo tweed twig umbrella
uncle unicorn uniform upland urchin urn vacuum valve vanilla vapor vase vault velvet vendor
veranda vessel video village vinegar visitor vitamin voice volcano voyage waffle wagon waist
walnut walrus waltz wardrobe water wave wax week whale wheat wheel window winter wolf wombat wool
word wrench yacht yard year yeast yoga yogurt yolk zebra zenith zephyr zigzag zinc zipper zodiac
zoo
"""
_SPANISH = """
abanico abedul abeja abono abrazo abrigo acacia academia aceite acento acero acorde actor acuario
adobe adorno aduana agenda agosto aguila aguja aire ajedrez ajo ala alambre alarma albahaca
albergue albornoz alcachofa aldea alegria alfarero alfiler alfombra algodon almacen almendra
almohada alondra alpaca altar altura amapola ambar ameno amigo anchoa ancla andamio anden andino
anfora angulo anillo antena antorcha apio aplauso apodo apunte arado arandano arbol arbusto
archivo arcilla arco arena armario aroma arpa arrecife arroyo artesa atajo atlas atleta atril atun
aurora avellana aventura avestruz avion avispa ayuda azafate azahar azucar azulejo bacalao bahia
baile balanza balcon baldosa balsa bambu banano bandeja banjo baraja barca barniz barro baston
batata bateria batido baul bazar bebida beca becerro bellota bicicleta bigote billete bisonte
bizcocho bloque bodega bolero bolsillo bombilla bondad bonete borde bosque botella boton boya
brasa brecha brindis broche bronce brujula bruma bufanda buho buque burbuja burgo butaca caballo
cabeza cabina cable cacao cactus cadena cafe caja calabaza calcio caldo calor camara camello
camino campana canal cancion candado canela canguro canoa cantera caoba capilla capullo caracol
carbon carnaval carreta cartel cascada catedral caudal cazador cazuela cebolla cebra cedro celda
cemento cena ceniza centeno cepillo cerca cereza cesta chacra chaleco charla chicle chimenea
chocolate cidra cielo ciencia ciervo cigarra cilindro cima cine cinta circo ciruela ciudad
clarinete clase clavel cobija cobre coche cocina coco cocuyo codorniz cohete colibri collar
colmena columna comedia compas condor coneja convento copa coral corbata corcho cordero cortina
cosecha cosmos crater crema crin cristal croqueta crucero cuaderno cubeta cuchara cuello cuento
cuerda cueva cultura cupula dado dalia danza datil decada decoro delantal delfin delta denario
deporte derecho desayuno desfile desierto despensa destino detalle dia diadema diamante diario
dibujo diente dieta diluvio dique director disco doblez docena doctor domingo dosel dragon drama
ducha duende dulce durazno eclipse eco edad edificio edredon eje ejemplo elefante elixir elogio
elote emblema embudo emisora empeine encaje encina encuentro enebro energia enigma ensalada
entrada envase epoca equipo erizo erudito escalera escena escoba escudo esencia esfera esmalte
esmeralda espacio espejo espiga esponja espuma esquina estanque estilo estrofa estufa etapa
eucalipto evento examen excursion exito fabrica fachada faisan falda familia fango farmacia farol
fauna febrero feria festival fibra ficha fideo fiesta figura filtro finca firma fisica flamenco
flan flauta flecha flequillo flor flota fluido fogata folleto fondo formula forro fortuna fosforo
fosil fragua frambuesa franela frasco freno fresa frijol frontera fruta fuego fuente fulgor funda
furgon gabinete gacela gaita galaxia galeria galleta galope gamuza ganado ganso ganzua garaje
garbanzo garganta garrafa garza gato gaviota gelatina gema genero genio geranio gesto gimnasio
girasol giro glaciar globo gloria golfo golpe gorra grada grafito granada grieta grillo grosella
grulla grupo guante guayaba guijarro guinda guion guirnalda guisante guitarra gusano habito hamaca
hebilla hectarea helado helecho helice heroe herradura hierba higuera hilo hinojo historia hogar
hoja hombro hongo horizonte hormiga horno hortaliza hospital hotel hoyo huella huerto hueso humano
humor huracan icono idea idioma iglesia iglu iguana imagen iman imprenta impulso incienso indice
industria ingenio inicio insecto instante intento invierno iris isla istmo jabali jabon jacaranda
jacinto jade jaguar jalea jarabe jardin jarra jaula jazmin jengibre jilguero jinete jirafa jornada
joroba jubilo jueves juglar jugo juguete julio junco jurado kayak kiosco koala laberinto labio
labrador lacre lacteo ladera ladrillo lago laguna lampara lana langosta lapiz lapso latitud laurel
lavanda leccion lechuga lector legumbre lengua lenteja leon leopardo letra levadura libelula libro
licor liebre lienzo liga limite limon lince linea lingote lino linterna lirio litera litoral llama
llanura llave llegada lluvia loceria lodo logro loma longitud lucero lunes lupa lustre luz
macarron maceta maestro magia magnolia maiz malecon mamut manantial mandarina manguera manojo
manta manzana mapa maraca marea marfil margarita mariposa martillo marzo mascara mastil mayo
mazorca medalla medico medusa mejilla mejora melena melon membrillo memoria mensaje menton mercado
merienda meta meteoro metodo metro mezcla miel miercoles mina mineral minuto mirador mirlo
misterio mito mochila modelo mohair molde molino momento moneda mosaico mosquito mosto motor
mudanza mueble muestra mundo muralla musculo musgo musica nacar nadador nariz nata navidad neblina
nectar nervio nevada nicho niebla nieve niquel nispero nogal nomada nombre noria norte novela nube
nudo nuez numero nutria oasis obelisco objeto oboe obra oceano ocre octubre oeste oficina ofrenda
oido oleo olfato oliva ombligo onda opalo opcion opera oracion orbita oreja organo orquesta oruga
ostra ozono pabellon paciencia pagina paisaje pajaro palacio paloma pan pandero panel pantano
panuelo paquete paraguas parcela pared parque pasillo pasta patio pausa pecera pedal peine
pelicano peonia percha perejil perfil pergamino periodico permiso perro pesca petalo petirrojo pez
piano picaflor piedra pierna pijama pilar piloto pimienta pincel pintor pinza piragua piscina
pizarra placa planeta plato pluma poema polen polo pomelo poncho pony porche portal posada potro
pradera precio primavera prisma proa profesor promesa prueba puchero puerta pulmon pulpo pulsera
punto pupila quebrada quetzal quilla quimera rabano racimo radar radio rafia rampa rancho raqueta
rastro raya razon rebanada receta recinto recreo red refugio regalo region regla relato relieve
reloj remo repisa represa resina respaldo retama retrato reunion ribera rincon rio risa ritmo
roble robot roca rocio rodilla romance rombo romero rosal rotulo rubi rueda rugido rumba sabado
sabiduria sabor saco safari sal salero salida salmon salud sandalia sarape sardina sarten sastre
satelite sauce savia secreto segundo sello semana semilla sendero sequia sereno serie sesamo signo
silbato silencio sillon simbolo sirena sobrino sofa solar sombrero sonata sonido sonrisa sorpresa
sotano suburbio sueter sur susurro tabla taburete tacto talco taller talon tamarindo tambor tanque
tapete tapir tarde tarifa tarjeta tarta taxi teatro techo tecla teja tejido telar telefono templo
tendido tenedor tenis termo terraza tesoro textil tiburon tiempo tienda tierra tigre timbre titere
titulo toalla tobillo tocino tolva tomate tonel topo tordo tormenta torre tortuga trabajo tractor
traje tramo trebol tren triciclo trigo trineo trompeta tronco trucha trueno tubo tucan tuerca
tulipan tundra turbina turno tutor umbral uniforme universo urbano usuario utensilio uva vacuna
vagon vaiven vajilla valija valle vapor vaquero varita vecino vehiculo venado vencejo ventana
verano verbo vereda verja vertiente vestido viaje vianda vida vidrio viento viernes vinagre viola
virtud visita vitrina vivero vocal volante volcan volumen voz vuelo yoga yogur yuca yunque zafiro
zaguan zanahoria zancudo zapallo zodiaco zueco zumo
"""

#: Language code to its 1,024 words.
WORDS: Mapping[str, tuple[str, ...]] = {
    "en": tuple(_ENGLISH.split()),
    "es": tuple(_SPANISH.split()),
}
