import { mount } from '../app/mount';
import { PhonePage } from './PhonePage';

mount(<PhonePage />);
